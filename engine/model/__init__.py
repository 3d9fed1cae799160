"""The values that the engine works on: frozen, in canonical units."""
