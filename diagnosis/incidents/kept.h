#pragma once

#include "base/json_fwd.h"
#include "base/result.h"
#include "diagnosis/incidents/incident.h"

namespace dialwatch::diagnosis {

// An incident as it is kept over restarts: JSON of which nothing is lost, in a format of this program's own.
base::Json Keep(const Incident& incident);

// One that an older version has kept may lack what is newer. Errors: it is damaged.
base::Result<Incident> Recall(const base::Json& kept);

}  // namespace dialwatch::diagnosis
