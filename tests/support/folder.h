/* folder.h: a folder of its own for a group of tests: make_folder and remove_folder are its set-up and tear-down. */
#ifndef FLSTM_TESTS_FOLDER_H
#define FLSTM_TESTS_FOLDER_H

extern char folder[32];           /* its path, once it has been made */
int make_folder(void **state);
int remove_folder(void **state);

#endif
