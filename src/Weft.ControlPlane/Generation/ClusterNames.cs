using System.Globalization;

namespace Weft.ControlPlane.Generation;

/// <summary>Istio's names of clusters.</summary>
public static class ClusterNames
{
    public const string Passthrough = "PassthroughCluster";
    public const string BlackHole = "BlackHoleCluster";
    public const string InboundPassthrough = "InboundPassthroughCluster";

    /// <summary>No proxy has it: what a backend that may not be used becomes.</summary>
    public const string Unknown = "UnknownService";

    public static string Outbound(int port, string subset, string host) => string.Create(CultureInfo.InvariantCulture, $"outbound|{port}|{subset}|{host}");

    public static string Inbound(int port) => string.Create(CultureInfo.InvariantCulture, $"inbound|{port}||");

    /// <summary>The server name by which mutual TLS asks for a cluster.</summary>
    public static string ServerName(int port, string subset, string host) => string.Create(CultureInfo.InvariantCulture, $"outbound_.{port}_.{subset}_.{host}");

    /// <summary>False when the name is not of an outbound cluster by server name.</summary>
    public static bool TryParseServerName(string name, out (int Port, string Subset, string Host) parts)
    {
        parts = default;
        var pieces = name.Split("_.", 4);
        if (pieces.Length != 4 || pieces[0] != "outbound" || !int.TryParse(pieces[1], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        parts = (port, pieces[2], pieces[3]);
        return true;
    }

    /// <summary>False when the name is not of an outbound cluster.</summary>
    public static bool TryParseOutbound(string name, out (int Port, string Subset, string Host) parts)
    {
        parts = default;
        var pieces = name.Split('|');
        if (pieces.Length != 4 || pieces[0] != "outbound" || !int.TryParse(pieces[1], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        parts = (port, pieces[2], pieces[3]);
        return true;
    }
}
