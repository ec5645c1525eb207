using System.Collections.Frozen;
using Weft.Proxy.Clusters;
using Weft.Proxy.Listeners;
using Weft.Proxy.Routing;

namespace Weft.Proxy.Subscriptions;

/// <summary>One consistent configuration: everything in it is warm. Immutable; connections and requests take it once.</summary>
internal sealed record ProxyConfig
{
    public static ProxyConfig Empty { get; } = new();

    public ListenerSet Listeners { get; init; } = ListenerSet.Empty;

    public FrozenDictionary<string, ClusterModel> Clusters { get; init; } = FrozenDictionary<string, ClusterModel>.Empty;

    public FrozenDictionary<string, RouteTable> Routes { get; init; } = FrozenDictionary<string, RouteTable>.Empty;

    public NameTableModel Names { get; init; } = NameTableModel.Empty;

    /// <summary>The control plane has sent clusters and listeners at least once, and all of them are warm.</summary>
    public bool IsInitialized { get; init; }
}

/// <summary>Holds the newest configuration and tells who wants to follow it.</summary>
internal sealed class ConfigSource
{
    private readonly TaskCompletionSource _initialized = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ProxyConfig _current = ProxyConfig.Empty;
    private Func<ProxyConfig, Task>? _applied;

    public ProxyConfig Current => Volatile.Read(ref _current);

    /// <summary>Completes when the first initialized configuration is in force.</summary>
    public Task Initialized => _initialized.Task;

    /// <summary>Called after each replacement, by the one who publishes, before the update is acknowledged.</summary>
    public void OnPublished(Func<ProxyConfig, Task> apply) => _applied = apply;

    public async Task PublishAsync(ProxyConfig config)
    {
        Volatile.Write(ref _current, config);
        if (_applied is not null)
        {
            await _applied(config);
        }

        if (config.IsInitialized)
        {
            _initialized.TrySetResult();
        }
    }
}
