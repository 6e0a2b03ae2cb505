package dev.fairlead.driver;

/** An end of a list: {@code LEFT} is its head. */
public enum ListEnd {
    LEFT,
    RIGHT
}
