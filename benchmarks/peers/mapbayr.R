# mapbayr on the same case: reads JSON on standard input; writes eta and the seconds of each fit.
# Compiling the model is in the time of the process, not in the times of the fits.
suppressPackageStartupMessages({library(mapbayr); library(mrgsolve); library(jsonlite)})
case <- fromJSON(file("stdin"))
runs <- as.integer(commandArgs(trailingOnly = TRUE)[1])

typical <- unlist(case$typical)
design <- matrix(unlist(case$design), nrow = length(typical))
effects <- seq_along(case$omega)
own <- vapply(seq_along(typical), function(p) {
  terms <- vapply(which(design[p, ] != 0), function(e) sprintf("(%g)*(ETA%d+ETA(%d))", design[p, e], e, e), "")
  sprintf("double %s = %.15g*exp(%s);", toupper(names(typical)[p]), typical[p],
          if (length(terms)) paste(terms, collapse = "+") else "0")
}, "")
# mrgsolve's own closed forms: ADVAN2 and ADVAN4
closed <- if (case$compartments == 1) "$PKMODEL ncmt=1, depot=TRUE" else "$PKMODEL ncmt=2, depot=TRUE"
names_there <- if (case$compartments == 1) "" else "double V2 = V1; double V3 = VP;"
if (case$compartments == 2) own <- sub("double V2", "double VP", own)
volume <- if (case$compartments == 1) "V" else "V2"
code <- paste(c(
  paste("$PARAM", paste(sprintf("ETA%d=0", effects), collapse = ", ")),
  paste("$OMEGA", paste(case$omega, collapse = " ")),
  sprintf("$SIGMA %.15g %.15g", case$proportional^2, case$additive^2),
  "$CMT DEPOT CENTRAL", if (case$compartments == 2) "OUTSIDE", closed,
  "$PK", own, names_there,
  "$TABLE", sprintf("double DV = 1000*CENTRAL/%s*(1+EPS(1))+EPS(2);", volume),
  "$CAPTURE DV"
), collapse = "\n")
model <- mcode("peer", code, quiet = TRUE)

doses <- matrix(unlist(case$doses), ncol = 4)
given <- data.frame(ID = 1, time = doses[, 1], evid = 1, cmt = 1, amt = doses[, 2], ii = doses[, 3],
                    addl = doses[, 4] - 1, DV = NA, mdv = 1)
drawn <- data.frame(ID = 1, time = case$times, evid = 0, cmt = 2, amt = 0, ii = 0, addl = 0,
                    DV = case$levels, mdv = 0)
data <- rbind(given, drawn)
data <- data[order(data$time, data$evid), ]
fit <- function() mapbayest(model, data, verbose = FALSE, progress = FALSE, hessian = FALSE, output = "eta")
eta <- as.numeric(unlist(fit()))
times <- if (runs == 0) 0 else vapply(seq_len(runs), function(i) system.time(fit())[["elapsed"]], 0)
cat(toJSON(list(eta = eta, times = times, version = as.character(packageVersion("mapbayr"))), digits = 12))
