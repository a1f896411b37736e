#!/usr/bin/env bash
# Runs a command beside a real Asterisk on loopback, for the tests that ask for one: asterisk.sh CHROOT COMMAND…
#   sudo tests/lab/asterisk.sh /var/tmp/asterisk build/release/tests/probes/test_probes_call --test-suite='*Asterisk*'
# Debian 12 has no Asterisk, so it lives in a chroot of a later Debian, which is built where CHROOT has none (debootstrap, root, some
# minutes, 650 MB). Nothing of it listens anywhere but at 127.0.0.1; it ends with the command.
set -euo pipefail
(($# >= 2)) || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
root=$(realpath -m "$1")
shift

build() {
  command -v debootstrap >/dev/null || { echo "asterisk.sh: apt-get install debootstrap" >&2; exit 1; }
  local codename mirror
  codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  # shellcheck disable=SC2016 # apt's own
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Component: main' "Codename: $codename" | head -n 1)
  [[ -n $mirror ]] || { echo "asterisk.sh: apt knows no mirror: run apt-get update" >&2; exit 1; }
  debootstrap --variant=minbase forky "$root" "$mirror" /usr/share/debootstrap/scripts/sid
  apt-config dump | grep -E '^Acquire::(http|https|Check-Valid-Until|Check-Date|Max-ValidTime)\b.* "..*";$' >"$root/etc/apt/apt.conf.d/98host" || true
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # start no service
  chmod +x "$root/usr/sbin/policy-rc.d"
  chroot "$root" apt-get update
  DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y --no-install-recommends asterisk asterisk-modules
}

configure() {
  local etc=$root/lab/etc name module
  rm -rf "$root/lab"
  mkdir -p "$etc" "$root"/lab/var/{lib/keys,run,spool,log,cache,agi-bin}
  cp -rn "$root/var/lib/asterisk/." "$root/lab/var/lib/" 2>/dev/null || true
  ln -sfn /usr/share/asterisk/documentation "$root/lab/var/lib/documentation"
  # it looks up its own host name at the start of a call: keep that off the network
  echo "127.0.0.1 localhost $(hostname)" >"$root/etc/hosts"
  echo 'nameserver 127.0.0.1' >"$root/etc/resolv.conf"
  for name in acl ccss cdr cel codecs features indications pjproject sorcery stasis udptl http extconfig; do : >"$etc/$name.conf"; done
  cat >"$etc/asterisk.conf" <<END
[directories]
astetcdir => /lab/etc
astmoddir => $(cd "$root" && echo usr/lib/*/asterisk/modules | sed 's,^,/,')
astcachedir => /lab/var/cache
astvarlibdir => /lab/var/lib
astdbdir => /lab/var/lib
astkeydir => /lab/var/lib
astdatadir => /usr/share/asterisk
astagidir => /lab/var/agi-bin
astspooldir => /lab/var/spool
astrundir => /lab/var/run
astlogdir => /lab/var/log
END
  {
    echo '[modules]'
    echo autoload=no
    for module in res_crypto res_sorcery_config res_sorcery_memory res_sorcery_astdb; do echo "preload=$module.so"; done
    for module in res_pjproject res_timing_timerfd bridge_simple app_echo app_milliwatt codec_ulaw codec_alaw res_rtp_asterisk pbx_config res_pjsip \
      res_pjsip_session res_pjsip_authenticator_digest res_pjsip_caller_id res_pjsip_endpoint_identifier_user \
      res_pjsip_endpoint_identifier_anonymous res_pjsip_nat res_pjsip_rfc3326 res_pjsip_sdp_rtp res_pjsip_logger res_pjsip_pubsub chan_pjsip; do
      echo "load=$module.so"
    done
  } >"$etc/modules.conf"
  printf '[general]\n[logfiles]\nconsole => notice,warning,error\n' >"$etc/logger.conf"
  printf '[general]\nrtpstart=20000\nrtpend=20200\nicesupport=no\nstrictrtp=yes\n' >"$etc/rtp.conf"
  cat >"$etc/pjsip.conf" <<'END'
[global]
type=global
endpoint_identifier_order=username,anonymous
[udp]
type=transport
protocol=udp
bind=127.0.0.1:5080
[tcp]
type=transport
protocol=tcp
bind=127.0.0.1:5080
[phone](!)
type=endpoint
context=lab
disallow=all
allow=ulaw,alaw
rtp_symmetric=yes
direct_media=no
[anonymous](phone)
[watch](phone)
auth=watch
aors=watch
[watch]
type=auth
auth_type=userpass
username=watch
password=secret
[watch]
type=aor
END
  cat >"$etc/extensions.conf" <<'END'
[lab]
; 600 echoes, 601 is silent, 602 talks without listening, 603 only rings, 604 hangs up, 605 is busy
exten => 600,1,Answer()
 same => n,Echo()
exten => 601,1,Answer()
 same => n,Wait(600)
exten => 602,1,Answer()
 same => n,Milliwatt()
exten => 603,1,Ringing()
 same => n,Wait(600)
exten => 604,1,Answer()
 same => n,Wait(1)
 same => n,Hangup()
exten => 605,1,Busy(1)
END
}

[[ -x $root/usr/sbin/asterisk ]] || build
configure
chroot "$root" /usr/sbin/asterisk -f -C /lab/etc/asterisk.conf >"$root/lab/console" 2>&1 </dev/null &
asterisk=$!
trap 'kill "$asterisk" 2>/dev/null; wait "$asterisk" 2>/dev/null || true' EXIT
for ((i = 0; i < 200; i++)); do
  [[ -z $(ss -Hltn 'sport = :5080') ]] || break
  kill -0 "$asterisk" 2>/dev/null || { cat "$root/lab/console" >&2; exit 1; }
  sleep 0.1
done
DIALWATCH_TEST_ASTERISK=127.0.0.1:5080 "$@"
