"""Validation: findings from syntax, SHACL, house rules and evidence, and how they are reported."""
