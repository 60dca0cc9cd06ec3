package flexflow

// Version is the version of this library. Between releases, it is the next version with -dev. Each request has it in
// the User-Agent header.
const Version = "0.1.0-dev"
