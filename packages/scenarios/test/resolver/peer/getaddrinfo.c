/* Looks its argument up, for addresses of both kinds, and prints them. */
#include <netdb.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>

int main(int count, char **words) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found;
  if (count != 2 || getaddrinfo(words[1], NULL, &hints, &found) != 0) return 1;
  for (; found != NULL; found = found->ai_next) {
    char address[64];
    if (getnameinfo(found->ai_addr, found->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST) == 0) puts(address);
  }
  return 0;
}
