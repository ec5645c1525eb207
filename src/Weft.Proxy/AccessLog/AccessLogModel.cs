using Weft.Proxy.Formatting;

namespace Weft.Proxy.AccessLog;

/// <summary>One configured access log: where its entries go, and to which it is limited.</summary>
internal abstract record AccessLogModel
{
    /// <summary>Null logs all.</summary>
    public required Func<IStreamInfo, bool>? Filter { get; init; }

    /// <summary>Logs a request or connection that has ended, if it is one that this log wants. Never waits, never fails.</summary>
    public void Record(IStreamInfo entry, ProxyContext proxy)
    {
        if (Filter?.Invoke(entry) != false)
        {
            Write(entry, proxy);
        }
    }

    protected abstract void Write(IStreamInfo entry, ProxyContext proxy);
}
