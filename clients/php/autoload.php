<?php

declare(strict_types=1);

// For those who use the client without Composer.
spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Atelier\\')) {
        $file = __DIR__ . '/src/' . strtr(substr($class, 8), '\\', '/') . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});
require __DIR__ . '/src/functions.php';
