"""The shapes that go over the wire, one file per noun."""
