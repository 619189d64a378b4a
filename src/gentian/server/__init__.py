"""The clinic on a screen: a server for one clinician's own machine."""
