"""The questionnaire: its definition, its question types, its logic, its pages and the coding of answers."""
