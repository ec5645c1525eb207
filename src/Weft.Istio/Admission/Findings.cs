using System.Globalization;

namespace Weft.Istio.Admission;

/// <summary>
/// Errors and warnings of an object in the order in which they were found, written as istiod writes them: a lone error stands for itself,
/// several are a numbered list. Some of its checks give the list form even for one error (<see cref="ListedError"/>).
/// </summary>
internal sealed class Findings
{
    private readonly List<string> _errors = [];
    private readonly List<string> _warnings = [];
    private bool _isList;

    public bool HasErrors => _errors.Count > 0;

    /// <summary>Notes an error; null is none.</summary>
    public void Error(string? message)
    {
        if (message is not null)
        {
            _errors.Add(message);
        }
    }

    /// <summary>Notes an error where the condition holds.</summary>
    public void ErrorIf(bool condition, string message)
    {
        if (condition)
        {
            _errors.Add(message);
        }
    }

    /// <summary>Notes an error that is written as a list of one when it stays alone; null is none.</summary>
    public void ListedError(string? message)
    {
        _isList |= message is not null;
        Error(message);
    }

    public void Warning(string message) => _warnings.Add(message);

    public void Add(Findings part)
    {
        AddErrorsOf(part);
        _warnings.AddRange(part._warnings);
    }

    /// <summary>Adds another's errors; istiod loses the warnings of some parts, and so do we.</summary>
    public void AddErrorsOf(Findings part)
    {
        _errors.AddRange(part._errors);
        _isList |= part._isList && part._errors.Count > 0;
    }

    /// <summary>Puts a text before every error.</summary>
    public void PrefixErrors(string prefix)
    {
        for (var i = 0; i < _errors.Count; i++)
        {
            _errors[i] = $"{prefix} {_errors[i]}";
        }
    }

    /// <summary>The errors as one text, as they stand within a refusal; null without errors.</summary>
    public string? ErrorText() => _errors.Count switch
    {
        0 => null,
        1 when !_isList => _errors[0],
        var count => string.Create(
            CultureInfo.InvariantCulture,
            $"{count} {(count == 1 ? "error" : "errors")} occurred:\n{string.Concat(_errors.Select(error => $"\t* {error}\n"))}\n"),
    };

    public AdmissionVerdict ToVerdict() => ErrorText() is { } errors
        ? AdmissionVerdict.Refused($"configuration is invalid: {errors}")
        : new AdmissionVerdict(IsAllowed: true, "", [.. _warnings]);
}
