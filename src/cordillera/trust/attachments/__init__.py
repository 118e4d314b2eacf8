"""Large attachments: sealed in chunks, named in a signed message, fetched by whoever was given the name."""
