"""One public function per intention of a person: authorise, load, decide, write, audit, enqueue."""
