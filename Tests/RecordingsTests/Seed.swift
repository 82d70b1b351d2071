// Seed: delete with the first real file.
