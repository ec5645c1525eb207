namespace Weft.Istio.Admission;

/// <summary>Kinds that are stored and shown, but that no proxy of Weft acts on.</summary>
public static class NotEnforced
{
    public static bool Includes(string kind) => kind is "EnvoyFilter" or "WasmPlugin" or "TrafficExtension";

    public static string Warning(string kind) => $"{kind} is stored but not enforced: the sidecars of Weft ignore it";
}
