namespace Weft.Proxy.Subscriptions;

/// <summary>A resource of the control plane that cannot be used; its message goes back in the NACK.</summary>
internal sealed class ResourceRejectedException(string message) : Exception(message);
