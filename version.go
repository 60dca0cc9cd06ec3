package flexflow

// Version is the version of this library. Each request has it in the User-Agent header.
const Version = "0.1.0"
