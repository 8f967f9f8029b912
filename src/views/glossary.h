/* glossary.h: the words of the field that screens use, in a sentence each. They stand at the end of help. */
#ifndef FLSTM_VIEWS_GLOSSARY_H
#define FLSTM_VIEWS_GLOSSARY_H

struct glossary_entry { const char *word, *means; };
extern const struct glossary_entry glossary[];    /* in the order of the alphabet, ended by .word NULL */

/* The entry of a word, letters of either case: the word itself, else the first that begins with it, else the first that
 * has it within; NULL: none. */
const struct glossary_entry *glossary_find(const char *word);

#endif
