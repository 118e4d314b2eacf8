"""What operators see and do about the exchange: partners, channels, messages without effect, keys."""
