using System.Text.RegularExpressions;

namespace Weft.ApiServer.Admission;

/// <summary>Kubernetes' rules for names, label keys and values, with its words.</summary>
internal static partial class NameRules
{
    private const string LabelMessage =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string Dns1035Message =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string SubdomainMessage =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string ValueMessage =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string KeyMessage =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    public static IEnumerable<string> Label(string name)
    {
        if (name.Length > 63) yield return "must be no more than 63 characters";
        if (!LabelPattern.IsMatch(name)) yield return LabelMessage;
    }

    /// <summary>The names of Services: a letter first.</summary>
    public static IEnumerable<string> Dns1035Label(string name)
    {
        if (name.Length > 63) yield return "must be no more than 63 characters";
        if (!Dns1035Pattern.IsMatch(name)) yield return Dns1035Message;
    }

    public static IEnumerable<string> Subdomain(string name)
    {
        if (name.Length > 253) yield return "must be no more than 253 characters";
        if (!SubdomainPattern.IsMatch(name)) yield return SubdomainMessage;
    }

    /// <summary>A name that only has to fit into a path.</summary>
    public static IEnumerable<string> PathSegment(string name)
    {
        if (name is "." or "..") yield return $"may not be '{name}'";
        if (name.Contains('/', StringComparison.Ordinal)) yield return "may not contain '/'";
        if (name.Contains('%', StringComparison.Ordinal)) yield return "may not contain '%'";
    }

    public static IEnumerable<string> LabelValue(string value)
    {
        if (value.Length > 63) yield return "must be no more than 63 bytes";
        if (!ValuePattern.IsMatch(value)) yield return ValueMessage;
    }

    public static IEnumerable<string> QualifiedName(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? key : key[(slash + 1)..];
        if (slash >= 0)
        {
            if (slash == 0) yield return "prefix part must be non-empty";
            else
                foreach (var message in Subdomain(key[..slash])) yield return $"prefix part {message}";
        }

        if (name.Length == 0) yield return "name part must be non-empty";
        else if (name.Length > 63) yield return "name part must be no more than 63 bytes";
        if (name.Length == 0 || !KeyPattern.IsMatch(name)) yield return KeyMessage;
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex LabelPattern { get; }

    [GeneratedRegex(@"\A[a-z]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Dns1035Pattern { get; }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex SubdomainPattern { get; }

    [GeneratedRegex(@"\A(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex ValuePattern { get; }

    [GeneratedRegex(@"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.NonBacktracking)]
    private static partial Regex KeyPattern { get; }
}
