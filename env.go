package flexflow

import (
	"fmt"
	"os"
)

// NewFromEnv makes a Client from environment variables: TWILIO_API_KEY and TWILIO_API_SECRET if either is set,
// otherwise TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN; and TWILIO_REGION and TWILIO_EDGE. Options override the region
// and the edge. Its error matches [ErrInvalidConfig] and names the variable that is missing or malformed.
func NewFromEnv(opts ...Option) (*Client, error) {
	user, password, kind := "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", AuthToken
	if os.Getenv("TWILIO_API_KEY") != "" || os.Getenv("TWILIO_API_SECRET") != "" {
		user, password, kind = "TWILIO_API_KEY", "TWILIO_API_SECRET", APIKey
	}
	for _, name := range []string{user, password} {
		if os.Getenv(name) == "" {
			return nil, fmt.Errorf("%w: %s is not set: set %s and %s", ErrInvalidConfig, name, user, password)
		}
	}
	fromEnv := []Option{fromVariable("TWILIO_REGION", WithRegion), fromVariable("TWILIO_EDGE", WithEdge)}
	return New(kind(os.Getenv(user), os.Getenv(password)), append(fromEnv, opts...)...)
}

// fromVariable returns the option with the value of an environment variable. Its error names the variable.
func fromVariable(name string, option func(string) Option) Option {
	return func(c *config) error {
		if err := option(os.Getenv(name))(c); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
}
