using System.Globalization;
using Weft.ApiServer.Admission;
using Weft.Kubernetes.Selectors;

namespace Weft.ApiServer.Schemas.Cel;

/// <summary>A check of text by name: `format.named("dns1123Label")`.</summary>
internal sealed record CelFormat(string Name, Func<string, IEnumerable<string>> Check) : ICelObject
{
    public string TypeName => "kubernetes.NamedFormat";

    public override string ToString() => Name;
}

/// <summary>Kubernetes' own libraries: URLs, quantities, named formats, semantic versions.</summary>
internal static class CelKubernetesLibrary
{
    public static Dictionary<string, CelFunction> Functions { get; } = Build();

    private static Dictionary<string, CelFunction> Build()
    {
        var functions = new Dictionary<string, CelFunction>(StringComparer.Ordinal)
        {
            ["url"] = a => a is [string text] ? CelUrl.Parse(text) is { Url: { } url } parsed ? url : throw new CelException($"URL parse error during conversion from string: {CelUrl.Parse(text).Error}") : throw CelException.NoOverload(),
            ["isURL"] = a => a is [string text] ? CelUrl.Parse(text).Url is not null : throw CelException.NoOverload(),
            [".getScheme"] = a => Url(a).Scheme,
            [".getHost"] = a => Url(a).Host,
            [".getHostname"] = a => Url(a).Hostname,
            [".getPort"] = a => Url(a).Port,
            [".getEscapedPath"] = a => Url(a).EscapedPath(),
            [".getQuery"] = a => Url(a).QueryValues(),
            ["quantity"] = a => a is [string text] ? CelQuantity.Parse(text) ?? throw new CelException("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'") : throw CelException.NoOverload(),
            ["isQuantity"] = a => a is [string text] ? CelQuantity.Parse(text) is not null : throw CelException.NoOverload(),
            [".sign"] = a => (long)Math.Sign(Quantity(a[0]).Value),
            [".isInteger"] = a => Quantity(a[0]).IsInteger,
            [".asInteger"] = a => Quantity(a[0]) is { IsInteger: true } whole ? (long)whole.Value : throw new CelException("cannot convert value to integer"),
            [".asApproximateFloat"] = a => (double)Quantity(a[0]).Value,
            [".add"] = a => Quantity(a[0]).With(v => v + Amount(a)),
            [".sub"] = a => Quantity(a[0]).With(v => v - Amount(a)),
            [".isGreaterThan"] = a => Compare(a) > 0,
            [".isLessThan"] = a => Compare(a) < 0,
            [".compareTo"] = a => (long)Math.Sign(Compare(a)),
            ["semver"] = a => a switch
            {
                [string text] => CelSemver.Parse(text, lenient: false) ?? throw new CelException("No Major.Minor.Patch elements found"),
                [string text, bool lenient] => CelSemver.Parse(text, lenient) ?? throw new CelException("No Major.Minor.Patch elements found"),
                _ => throw CelException.NoOverload(),
            },
            ["isSemver"] = a => a switch
            {
                [string text] => CelSemver.Parse(text, lenient: false) is not null,
                [string text, bool lenient] => CelSemver.Parse(text, lenient) is not null,
                _ => throw CelException.NoOverload(),
            },
            [".major"] = a => a is [CelSemver version] ? version.Major : throw CelException.NoOverload(),
            [".minor"] = a => a is [CelSemver version] ? version.Minor : throw CelException.NoOverload(),
            [".patch"] = a => a is [CelSemver version] ? version.Patch : throw CelException.NoOverload(),
            ["format.named"] = a => a is [string name] ? Format(name) is { } format ? new CelOptional(true, format) : CelOptional.None : throw CelException.NoOverload(),
            [".validate"] = a => a is [CelFormat format, string text] ? Findings(format.Check(text)) : throw CelException.NoOverload(),
        };
        foreach (var name in new[] { "dns1123Label", "dns1123Subdomain", "dns1035Label", "qualifiedName", "dns1123LabelPrefix", "dns1123SubdomainPrefix", "dns1035LabelPrefix", "labelValue", "uri", "uuid", "byte", "date", "datetime" })
            functions[$"format.{name}"] = _ => Format(name);
        return functions;
    }

    private static CelUrl Url(object?[] arguments) => arguments is [CelUrl url] ? url : throw CelException.NoOverload();

    private static CelQuantity Quantity(object? value) => value as CelQuantity ?? throw CelException.NoOverload();

    private static decimal Amount(object?[] arguments) => arguments switch
    {
        [_, CelQuantity quantity] => quantity.Value,
        [_, long whole] => whole,
        _ => throw CelException.NoOverload(),
    };

    private static int Compare(object?[] arguments) => arguments switch
    {
        [CelQuantity a, CelQuantity b] => a.Value.CompareTo(b.Value),
        [CelSemver a, CelSemver b] => a.CompareTo(b),
        _ => throw CelException.NoOverload(),
    };

    private static CelOptional Findings(IEnumerable<string> messages) =>
        messages.Select(m => (object?)m).ToArray() is { Length: > 0 } found ? new CelOptional(true, new CelList(found)) : CelOptional.None;

    private static CelFormat? Format(string name) => name switch
    {
        "dns1123Label" => new CelFormat("DNS-1123 Label", NameRules.Label),
        "dns1123Subdomain" => new CelFormat("DNS-1123 Subdomain", LabelSyntax.Subdomain),
        "dns1035Label" => new CelFormat("DNS-1035 Label", NameRules.Dns1035Label),
        "dns1123LabelPrefix" => new CelFormat("DNS-1123 Label Prefix", t => NameRules.Label(Prefix(t))),
        "dns1123SubdomainPrefix" => new CelFormat("DNS-1123 Subdomain Prefix", t => LabelSyntax.Subdomain(Prefix(t))),
        "dns1035LabelPrefix" => new CelFormat("DNS-1035 Label Prefix", t => NameRules.Dns1035Label(Prefix(t))),
        "qualifiedName" => new CelFormat("Qualified Name", LabelSyntax.Key),
        "labelValue" => new CelFormat("Label Value", LabelSyntax.Value),
        "uri" => new CelFormat("URI", t => CelUrl.Parse(t) is { Url: null } wrong ? [wrong.Error] : []),
        "uuid" => new CelFormat("UUID", t => Guid.TryParseExact(t, "D", out _) ? [] : ["does not match the UUID format"]),
        "byte" => new CelFormat("Byte", t => Convert.TryFromBase64String(t, new byte[t.Length], out _) ? [] : ["invalid base64"]),
        "date" => new CelFormat("Date", t => DateOnly.TryParseExact(t, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? [] : ["invalid date"]),
        "datetime" => new CelFormat("Datetime", t => CelTime.TryTimestamp(t, out _) ? [] : ["invalid datetime"]),
        _ => null,
    };

    /// <summary>A prefix may end in a dash: what is generated behind it makes the name whole.</summary>
    private static string Prefix(string text) => text.EndsWith('-') ? text[..^1] + "a" : text;
}
