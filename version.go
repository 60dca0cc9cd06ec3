package flexflow

// Version is the version of this library, as in CHANGELOG.md. Every request carries it in its User-Agent.
const Version = "0.1.0"
