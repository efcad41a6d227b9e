"""The pages of the documentation, held to what they say."""
