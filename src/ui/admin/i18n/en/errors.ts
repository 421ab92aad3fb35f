export const errors = {
  "errors.unexpected": "Something went wrong. Please try again.",
  "errors.validation_required": "Cannot be empty.",
  "errors.validation_not_unique": "This value is taken already.",
  "errors.validation_is_email": "This is no email address.",
  "errors.validation_values_mismatch": "The values are not the same.",
  "errors.validation_invalid_token": "The link is invalid or has expired.",
  "errors.validation_invalid_password": "The password is wrong.",
  "errors.nameTaken": "Another field has this name already.",
} as const;
