"""A party's word, with evidence, of consents, of a basis, of controls, of a mere passage: stated, doubted, upheld."""
