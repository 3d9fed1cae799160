"""Numerical methods that know no astronomy: splines, robust statistics, exact areas."""
