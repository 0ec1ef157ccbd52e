"""The demonstration around the sandbox: an invented town's library, drawn pictures, and pages to steer it by hand."""
