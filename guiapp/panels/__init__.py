"""The panels around the views: data, parameters, history, chain."""
