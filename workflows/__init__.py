"""When things happen: durable waiting and ordering, with no rule of its own."""
