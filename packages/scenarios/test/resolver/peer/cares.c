/* Looks its argument up with c-ares, for addresses of both kinds, and prints them. */
#include <ares.h>
#include <netdb.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/select.h>

struct outcome {
  int over, status;
};

static void finish(void *outcome, int status, int timeouts, struct ares_addrinfo *found) {
  *(struct outcome *)outcome = (struct outcome){1, status};
  if (found == NULL) return;
  for (struct ares_addrinfo_node *node = found->nodes; node != NULL; node = node->ai_next) {
    char address[64];
    if (getnameinfo(node->ai_addr, node->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST) == 0) puts(address);
  }
  ares_freeaddrinfo(found);
}

int main(int count, char **words) {
  struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC};
  ares_channel channel;
  struct outcome outcome = {0, 0};
  if (count != 2 || ares_library_init(ARES_LIB_INIT_ALL) != 0 || ares_init(&channel) != 0) return 2;
  ares_getaddrinfo(channel, words[1], NULL, &hints, finish, &outcome);
  while (!outcome.over) {
    fd_set reading, writing;
    struct timeval wait;
    FD_ZERO(&reading);
    FD_ZERO(&writing);
    int above = ares_fds(channel, &reading, &writing);
    if (select(above, &reading, &writing, NULL, ares_timeout(channel, NULL, &wait)) < 0) return 3;
    ares_process(channel, &reading, &writing);
  }
  ares_destroy(channel);
  return outcome.status == ARES_SUCCESS ? 0 : 1;
}
