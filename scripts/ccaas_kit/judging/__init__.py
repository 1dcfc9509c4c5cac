"""What recorded exchanges say of each clause. Sends nothing."""
