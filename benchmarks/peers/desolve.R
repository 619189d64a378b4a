# What an R user writes without a package for it: deSolve for the curve, optim for the mode.
# Reads a case as JSON on standard input; writes eta and the seconds of each fit.
library(deSolve)
suppressPackageStartupMessages(library(jsonlite))
case <- fromJSON(file("stdin"))
runs <- as.integer(commandArgs(trailingOnly = TRUE)[1])

typical <- unlist(case$typical)
design <- matrix(unlist(case$design), nrow = length(typical))
doses <- matrix(unlist(case$doses), ncol = 4)
taken <- do.call(rbind, lapply(seq_len(nrow(doses)), function(i) {
  data.frame(var = "depot", time = doses[i, 1] + (seq_len(doses[i, 4]) - 1) * doses[i, 3],
             value = doses[i, 2], method = "add")
}))
hours <- sort(unique(c(0, taken$time, case$times)))

flow <- if (case$compartments == 1) {
  function(t, y, p) list(c(-p[["ka"]] * y[1], p[["ka"]] * y[1] - p[["cl"]] / p[["v"]] * y[2]))
} else {
  function(t, y, p) {
    out <- p[["q"]] / p[["v1"]] * y[2]
    back <- p[["q"]] / p[["v2"]] * y[3]
    list(c(-p[["ka"]] * y[1], p[["ka"]] * y[1] - p[["cl"]] / p[["v1"]] * y[2] - out + back, out - back))
  }
}
predict_levels <- function(eta) {
  p <- as.list(exp(log(typical) + design %*% eta))
  names(p) <- names(typical)
  y <- c(depot = 0, central = 0, if (case$compartments == 2) c(outside = 0))
  curve <- lsoda(y, hours, flow, p, events = list(data = taken))
  volume <- if (case$compartments == 1) p$v else p$v1
  1000 * curve[match(case$times, curve[, "time"]), "central"] / volume
}
judge <- function(eta) {
  f <- predict_levels(eta)
  g <- case$additive^2 + (case$proportional * f)^2
  sum((case$levels - f)^2 / g + log(g)) + sum(eta^2 / case$omega)
}
fit <- function() optim(rep(0, length(case$omega)), judge, method = "BFGS")$par
first <- system.time(eta <- fit())[["elapsed"]]
times <- if (first > 3 || runs == 0) first else vapply(seq_len(runs), function(i) system.time(fit())[["elapsed"]], 0)
cat(toJSON(list(eta = eta, times = times, version = as.character(packageVersion("deSolve"))), digits = 12))
