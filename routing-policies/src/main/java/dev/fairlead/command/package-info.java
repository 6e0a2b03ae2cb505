/**
 * What a command is: one row per command and subcommand, with its access, arity, key positions and retry category.
 * The server, the driver and the policies all read this one table; nobody keeps a second list. The rows stand in
 * {@code commands.txt}; what arguments change about a row is an {@code ArgumentRule}.
 *
 * <p>May import the JDK only. Everything here is immutable and free of I/O.
 */
package dev.fairlead.command;
