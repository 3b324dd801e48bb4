package dev.sluice.producer.hub;

/**
 * A file of a repository at one commit.
 *
 * @param path below the repository's root, checked
 * @param size in bytes
 * @param oid what git keeps of it: the hash of a small file, of the pointer to a large one
 * @param hash of its content
 */
record RepoFile(String path, long size, String oid, ContentHash hash) {}
