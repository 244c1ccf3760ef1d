"""From pixels to a prediction: session, encoder, head, belief, candidates; `locator` is the front door."""
