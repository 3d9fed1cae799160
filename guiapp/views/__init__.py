"""One view an analysis: draws its result, says what the user did, decides nothing."""
