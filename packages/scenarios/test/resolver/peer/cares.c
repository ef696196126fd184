/* Looks its argument up with c-ares, for addresses of both kinds. */
#include <ares.h>
#include <netdb.h>
#include <stddef.h>
#include <sys/select.h>

static void finish(void *over, int status, int timeouts, struct ares_addrinfo *found) {
  *(int *)over = 1;
  if (found != NULL) ares_freeaddrinfo(found);
}

int main(int count, char **words) {
  struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC};
  ares_channel channel;
  int over = 0;
  if (count != 2 || ares_library_init(ARES_LIB_INIT_ALL) != 0 || ares_init(&channel) != 0) return 2;
  ares_getaddrinfo(channel, words[1], NULL, &hints, finish, &over);
  while (!over) {
    fd_set reading, writing;
    struct timeval wait;
    FD_ZERO(&reading);
    FD_ZERO(&writing);
    int above = ares_fds(channel, &reading, &writing);
    if (select(above, &reading, &writing, NULL, ares_timeout(channel, NULL, &wait)) < 0) return 3;
    ares_process(channel, &reading, &writing);
  }
  ares_destroy(channel);
  return 0;
}
