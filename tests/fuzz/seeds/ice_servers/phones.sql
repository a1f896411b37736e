INSERT INTO phones VALUES ('100','stun:stun.example.com:19302','x'),('t','stunaddr=a.example.com\nturnaddr=b');
