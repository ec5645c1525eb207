using System.Text.RegularExpressions;

namespace Weft.ApiServer.Admission;

/// <summary>Kubernetes' rules for names, with its words; those of labels are <see cref="Weft.Kubernetes.Selectors.LabelSyntax"/>'s.</summary>
internal static partial class NameRules
{
    private const string LabelMessage =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string Dns1035Message =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string DataKeyMessage =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

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

    /// <summary>A name that only has to fit into a path.</summary>
    public static IEnumerable<string> PathSegment(string name)
    {
        if (name is "." or "..") yield return $"may not be '{name}'";
        if (name.Contains('/', StringComparison.Ordinal)) yield return "may not contain '/'";
        if (name.Contains('%', StringComparison.Ordinal)) yield return "may not contain '%'";
    }

    /// <summary>A key of a ConfigMap or Secret: a file name.</summary>
    public static IEnumerable<string> DataKey(string key)
    {
        if (key.Length > 253) yield return "must be no more than 253 characters";
        if (!DataKeyPattern.IsMatch(key)) yield return DataKeyMessage;
        if (key is "." or "..") yield return $"must not be '{key}'";
        else if (key.StartsWith("..", StringComparison.Ordinal)) yield return "must not start with '..'";
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex LabelPattern { get; }

    [GeneratedRegex(@"\A[a-z]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Dns1035Pattern { get; }

    [GeneratedRegex(@"\A[-._a-zA-Z0-9]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex DataKeyPattern { get; }
}
