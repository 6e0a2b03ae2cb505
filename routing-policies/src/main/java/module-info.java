/** Pure rooms: what a command is, what the topology is, where a call may go. */
module dev.fairlead.routing.policies {
    requires org.snakeyaml.engine;

    exports dev.fairlead.command;
    exports dev.fairlead.policy;
    exports dev.fairlead.topology;
}
