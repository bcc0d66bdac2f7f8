<?php

declare(strict_types=1);

namespace Atelier;

/** A form with a file. */
final class Upload
{
    /** @param array<string, string> $fields */
    public function __construct(
        public readonly ?string $path,
        public readonly ?string $bytes,
        public readonly string $name,
        public readonly array $fields,
    ) {
    }

    /** @return array<string, string|\CURLFile|\CURLStringFile> */
    public function forCurl(): array
    {
        $kind = 'application/octet-stream';
        $file = $this->path === null
            ? new \CURLStringFile((string) $this->bytes, $this->name, $kind)
            : new \CURLFile($this->path, $kind, $this->name);
        return $this->fields + ['file' => $file];
    }

    /** The whole form, for where there is no curl. */
    public function text(string $boundary): string
    {
        $parts = '';
        foreach ($this->fields as $field => $value) {
            $parts .= "--{$boundary}\r\nContent-Disposition: form-data; name=\"{$field}\"\r\n\r\n{$value}\r\n";
        }
        $name = strtr($this->name, ["\r" => '%0D', "\n" => '%0A', '"' => '%22']);
        $bytes = $this->path === null ? $this->bytes : file_get_contents($this->path);
        return "{$parts}--{$boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{$name}\"\r\n"
            . "Content-Type: application/octet-stream\r\n\r\n{$bytes}\r\n--{$boundary}--\r\n";
    }
}
