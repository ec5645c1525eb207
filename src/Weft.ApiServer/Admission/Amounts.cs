using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Schemas.Cel;

namespace Weft.ApiServer.Admission;

/// <summary>Quantities by name, as resource lists and quotas have them: read, summed and written in Kubernetes' form.</summary>
internal static class Amounts
{
    private const decimal Kibi = 1024;
    private const decimal Nano = 1_000_000_000;

    public static Dictionary<string, decimal> Read(JsonObject? list)
    {
        var amounts = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (name, value) in list ?? [])
            if (CelQuantity.Parse(value?.ToString() ?? "") is { } amount) amounts[name] = Bounded(amount.Value);
        return amounts;
    }

    public static void Add(Dictionary<string, decimal> sum, IEnumerable<KeyValuePair<string, decimal>> amounts)
    {
        foreach (var (name, amount) in amounts) sum[name] = sum.GetValueOrDefault(name) + amount;
    }

    /// <summary>The larger one of each.</summary>
    public static void Raise(Dictionary<string, decimal> most, IEnumerable<KeyValuePair<string, decimal>> amounts)
    {
        foreach (var (name, amount) in amounts) most[name] = Math.Max(most.GetValueOrDefault(name), amount);
    }

    /// <summary>Memory and storage by powers of two, all else by thousands.</summary>
    public static string Text(string name, decimal amount)
    {
        var isBytes = name.EndsWith("memory", StringComparison.Ordinal) || name.EndsWith("storage", StringComparison.Ordinal);
        return isBytes && amount >= Kibi && amount % Kibi == 0
            ? CanonicalQuantity.Of(Number(amount / Kibi) + "Ki")
            : CanonicalQuantity.Of(Number(amount));
    }

    /// <summary>Within 64 bits and rounded up to billionths, as Kubernetes keeps a quantity: so no sum or ratio of them leaves the range of numbers.</summary>
    private static decimal Bounded(decimal amount) => Math.Ceiling(Math.Clamp(amount, long.MinValue, long.MaxValue) * Nano) / Nano;

    private static string Number(decimal amount) => amount.ToString("0.#########", CultureInfo.InvariantCulture);
}
