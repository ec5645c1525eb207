namespace Weft.ApiServer.Discovery;

/// <summary>The present registry; replaced whole when CustomResourceDefinitions change.</summary>
internal sealed class RegistrySource(ResourceRegistry initial)
{
    private volatile ResourceRegistry _current = initial;

    public ResourceRegistry Current => _current;

    public void Publish(ResourceRegistry registry) => _current = registry;
}
