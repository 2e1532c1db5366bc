"""From sound to an answer: hearing, recognition, intents and the turn."""
