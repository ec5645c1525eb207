using Google.Protobuf.WellKnownTypes;
using Weft.Proxy.Clusters;
using Weft.Proxy.Listeners;

namespace Weft.Proxy.Subscriptions;

/// <summary>The one way by which configurations come into force, whether the control plane or a name server had news. Safe for any thread.</summary>
internal sealed class ConfigPublisher : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConfigBuilder _builder;
    private readonly ConfigSource _source;
    private readonly DnsWatcher _dns;

    public ConfigPublisher(ConfigBuilder builder, ConfigSource source, NameResolver names, TimeProvider time)
    {
        _builder = builder;
        _source = source;
        _dns = new DnsWatcher(names, time, PublishAsync);
    }

    /// <summary>Takes one response of a type and puts what results into force.</summary>
    /// <returns>What is wrong, naming each resource; null when all is well.</returns>
    public async Task<string?> ApplyAsync(string typeUrl, IReadOnlyCollection<Any> resources, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var error = _builder.Apply(typeUrl, resources);
            await PublishLockedAsync();
            return error;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _dns.DisposeAsync();
        _builder.Dispose();
        _gate.Dispose();
    }

    private async Task PublishAsync()
    {
        await _gate.WaitAsync();
        try
        {
            await PublishLockedAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task PublishLockedAsync()
    {
        _dns.Follow(_builder.DnsQueries);
        await _source.PublishAsync(_builder.Build(_dns.AddressesOf));
        _builder.ForgetUnused();
    }
}
