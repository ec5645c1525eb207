namespace Weft.Proxy.Admin;

/// <summary>Where a proxy stands between its start and its end, as its owner and the admin interface set it. Safe for any thread.</summary>
internal sealed class ProxyLifecycle
{
    private volatile bool _healthFails;
    private volatile bool _isDraining;

    /// <summary>Set by /healthcheck/fail: the proxy says that it is not ready, and its HTTP connections end with their next response.</summary>
    public bool HealthFails
    {
        get => _healthFails;
        set => _healthFails = value;
    }

    /// <summary>Set by /drain_listeners and by the proxy's end: HTTP connections end with their next response.</summary>
    public bool IsDraining
    {
        get => _isDraining || _healthFails;
        set => _isDraining = value;
    }
}

/// <summary>What the admin interface can do to its proxy.</summary>
/// <param name="IsReady">Whether all that was asked of the control plane is there.</param>
/// <param name="StopAccepting">Closes listening ports; connections stay.</param>
/// <param name="Quit">Begins the proxy's orderly end.</param>
internal sealed record ProxyControls(ProxyLifecycle Lifecycle, ProxyLoggers Loggers, Func<bool> IsReady, Action StopAccepting, Action Quit);
