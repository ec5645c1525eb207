namespace Weft.Proxy.OutlierDetection;

/// <summary>Why no answer came from an endpoint.</summary>
internal enum LocalOriginFailure
{
    /// <summary>No connection, or one that broke before the answer; counts as 503 where local origin errors are not split off.</summary>
    Connect,

    /// <summary>No answer in time; counts as 504.</summary>
    Timeout,
}

/// <summary>What outlier detection knows of one endpoint. Its detector alone writes it, under its lock.</summary>
internal sealed class HostMonitor
{
    private volatile bool _isEjected;

    public bool IsEjected => _isEjected;

    /// <summary>How often it was ejected lately: the multiplier of the ejection time, which shrinks with every interval in peace.</summary>
    public int Ejections { get; set; }

    public long EjectedAt { get; private set; }

    /// <summary>A part of the ejection time that keeps endpoints from returning all at once.</summary>
    public TimeSpan Jitter { get; private set; }

    public uint Consecutive5xx { get; set; }

    public uint ConsecutiveGateway { get; set; }

    public uint ConsecutiveLocalOrigin { get; set; }

    /// <summary>Answers of this interval.</summary>
    public uint Answers { get; set; }

    /// <summary>Answers of this interval that were no 5xx.</summary>
    public uint Successes { get; set; }

    public void Eject(long now, TimeSpan jitter)
    {
        EjectedAt = now;
        Jitter = jitter;
        _isEjected = true;
    }

    public void Return()
    {
        _isEjected = false;
        (Consecutive5xx, ConsecutiveGateway, ConsecutiveLocalOrigin) = (0, 0, 0);
    }
}
