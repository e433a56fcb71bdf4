"""One page's question a function; never writes."""
