"""How far the sirolimus forecast can be trusted: simulated people, the consult's own functions, one report."""
