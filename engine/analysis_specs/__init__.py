"""What an analysis says of itself and its parameters, and the longer ones of those texts."""
